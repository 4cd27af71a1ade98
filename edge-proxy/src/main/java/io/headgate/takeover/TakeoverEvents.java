package io.headgate.takeover;

import java.net.InetAddress;
import java.util.Set;

/** What the agent has to say. Called on its threads; must not wait. */
public interface TakeoverEvents {
  /** Something an operator should know about a group, or about takeover as a whole. */
  void told(boolean warning, String subject, String words);

  /** These addresses are on an interface of this host because of us, and no others. */
  void held(Set<InetAddress> addresses);

  /** The vrrp thread has died of a bug; the process must end. */
  void bug(Throwable bug);
}
