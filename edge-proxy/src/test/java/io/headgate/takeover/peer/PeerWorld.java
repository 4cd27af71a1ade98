package io.headgate.takeover.peer;

import io.headgate.takeover.peer.WatchEvent.DialFailed;
import io.headgate.takeover.peer.WatchEvent.DialFailure;
import io.headgate.takeover.peer.WatchEvent.Died;
import io.headgate.takeover.peer.WatchEvent.End;
import io.headgate.takeover.peer.WatchEvent.Ended;
import io.headgate.takeover.peer.WatchEvent.Ending;
import io.headgate.takeover.peer.WatchEvent.Heard;
import io.headgate.takeover.peer.WatchEvent.Met;
import io.headgate.takeover.peer.WatchEvent.SaidGoodbye;
import io.headgate.takeover.peer.WatchEvent.Started;
import io.headgate.takeover.peer.WatchEvent.Ticked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Two hosts and a cable, in simulated microseconds. */
final class PeerWorld {
  private static final long LOST_AGAIN_US = 200_000;

  private final Random random;
  private final PriorityQueue<Due> dues =
      new PriorityQueue<>(Comparator.comparingLong(Due::atUs).thenComparingLong(Due::number));
  private final List<String> story = new ArrayList<>();
  private final List<String> falselyGone = new ArrayList<>();
  private final Host one = new Host("one");
  private final Host two = new Host("two");
  private long nowUs;
  private long numbers;
  private long startIds;
  private boolean cut;

  private record Due(long atUs, long number, Runnable what) {}

  PeerWorld(long seed) {
    random = new Random(seed);
    one.boot();
    two.boot();
  }

  Host one() {
    return one;
  }

  Host two() {
    return two;
  }

  List<String> falselyGone() {
    return falselyGone;
  }

  String story() {
    return String.join("\n", story);
  }

  void run(long millis) {
    long endUs = nowUs + millis * 1000;
    while (!dues.isEmpty() && dues.peek().atUs() <= endUs) {
      Due due = dues.remove();
      nowUs = due.atUs();
      due.what().run();
    }
    nowUs = endUs;
  }

  void runWithFaults(long millis) {
    for (long leftMs = millis; leftMs > 0; ) {
      long stepMs = 1L + random.nextInt(random.nextBoolean() ? 200 : 6000);
      run(stepMs);
      leftMs -= stepMs;
      fault(random.nextBoolean() ? one : two);
    }
  }

  /** Everything is on, nothing is in the way. */
  void repair() {
    cut = false;
    run(2_000); // who has said goodbye ends
    for (Host host : List.of(one, two)) {
      host.thaw();
      if (!host.power || host.process == null) {
        host.boot();
      }
    }
    tell("repaired");
  }

  private void fault(Host host) {
    switch (random.nextInt(9)) {
      case 0 -> host.kill();
      case 1 -> host.powerOff();
      case 2, 3 -> {
        if (host.process == null) {
          host.boot();
        }
      }
      case 4 -> {
        cut = !cut;
        tell(cut ? "cut" : "healed");
      }
      case 5 -> host.forgeReset();
      case 6 -> host.freeze();
      case 7 -> host.thaw();
      case 8 -> host.stop();
      default -> throw new AssertionError();
    }
  }

  private void tell(String what) {
    story.add("%.3f ms %s".formatted(nowUs / 1e3, what));
  }

  private void later(long minUs, long maxUs, Runnable what) {
    long atUs = nowUs + minUs + random.nextLong(maxUs - minUs + 1);
    dues.add(new Due(atUs, numbers++, what));
  }

  /** Across the cable; TCP sends it again while the sender's kernel lives and the cable is cut. */
  private void across(Host from, Runnable what) {
    later(
        50,
        400,
        () -> {
          if (from.power) {
            if (cut) {
              later(LOST_AGAIN_US, LOST_AGAIN_US * 2, () -> across(from, what));
            } else {
              what.run();
            }
          }
        });
  }

  /** One TCP connection with a process, or none, at either end. */
  private static final class Tcp {
    private final Life dialler;
    private final Life acceptor;
    private boolean diallerMet;
    private boolean acceptorMet;
    private boolean diallerClosed;
    private boolean acceptorClosed;

    Tcp(Life dialler, Life acceptor) {
      this.dialler = dialler;
      this.acceptor = acceptor;
    }

    Life other(Life process) {
      return process == dialler ? acceptor : dialler;
    }

    End endOf(Life process) {
      return process == dialler ? End.DIALLED : End.ACCEPTED;
    }

    boolean closedAt(Life process) {
      return process == dialler ? diallerClosed : acceptorClosed;
    }

    void closeAt(Life process) {
      if (process == dialler) {
        diallerClosed = true;
      } else {
        acceptorClosed = true;
      }
    }
  }

  /** A host with a kernel that outlives its process. */
  final class Host {
    private final String name;
    private boolean power;
    private boolean listening;
    private @Nullable Life process;

    Host(String name) {
      this.name = name;
    }

    Verdict verdictOfOther() {
      return process == null ? Verdict.UNKNOWN : process.watch.verdict();
    }

    Host other() {
      return this == one ? two : one;
    }

    void boot() {
      power = true;
      listening = true;
      process = new Life(this, ++startIds);
      tell(name + " starts as " + process.startId);
      process.happens(Started::new);
    }

    /** The kernel closes the lifeline at once, and then the sockets one by one, in any order. */
    void kill() {
      Life dying = process;
      if (dying == null) {
        return;
      }
      tell(name + " is killed");
      dying.alive = false;
      process = null;
      later(
          0,
          50_000,
          () -> {
            if (process == null) {
              listening = false;
            }
          });
      for (Tcp tcp : List.copyOf(dying.open)) {
        later(0, 50_000, () -> dying.kernelCloses(tcp));
      }
      Life watching = other().process;
      if (watching != null) {
        across(this, () -> watching.lifelineEnds(dying));
      }
    }

    void powerOff() {
      tell(name + " loses power");
      if (process != null) {
        process.alive = false;
      }
      process = null;
      power = false;
      listening = false;
    }

    void stop() {
      Life leaving = process;
      if (leaving == null || leaving.frozen) {
        return;
      }
      tell(name + " says goodbye");
      leaving.saidGoodbye = true;
      for (Tcp tcp : List.copyOf(leaving.open)) {
        leaving.send(tcp, end -> now -> new SaidGoodbye(now, end, GoodbyeReason.RESTART));
      }
      later(
          1_000_000,
          1_000_000,
          () -> {
            if (process == leaving) {
              kill();
            }
          });
    }

    void freeze() {
      if (process != null) {
        tell(name + " is frozen");
        process.frozen = true;
      }
    }

    void thaw() {
      if (process != null && process.frozen) {
        tell(name + " goes on");
        process.thaw();
      }
    }

    /** Both ends of a connection believe that the other has reset it. */
    void forgeReset() {
      if (process == null || process.open.isEmpty()) {
        return;
      }
      tell("a reset is forged");
      Tcp tcp = process.open.get(random.nextInt(process.open.size()));
      tcp.dialler.peerCloses(tcp);
      tcp.acceptor.peerCloses(tcp);
      Life holds = process.lifelineOf;
      if (holds != null) {
        process.lifelineEnds(holds);
      }
    }
  }

  /** A process: a watch with its connections. */
  private final class Life {
    private final Host host;
    private final long startId;
    private final PeerWatch watch = new PeerWatch(PeerTimings.DEFAULT);
    private final Map<End, Tcp> current = new EnumMap<>(End.class);
    private final List<Tcp> open = new ArrayList<>();
    private final List<Runnable> whileFrozen = new ArrayList<>();
    private final LifelineWatch lifeline = new LifelineWatch(PeerTimings.DEFAULT);
    private @Nullable Life lifelineOf; // whose we hold
    private long offeredBy; // the start id
    private boolean alive = true;
    private boolean frozen;
    private boolean saidGoodbye;
    private long ticks;

    Life(Host host, long startId) {
      this.host = host;
      this.startId = startId;
    }

    void thaw() {
      frozen = false;
      List<Runnable> held = List.copyOf(whileFrozen);
      whileFrozen.clear();
      held.forEach(Runnable::run);
    }

    /** When it gets to run. */
    private void whenRunning(Runnable what) {
      if (!alive) {
        return;
      }
      if (frozen) {
        whileFrozen.add(() -> whenRunning(what));
      } else {
        what.run();
      }
    }

    interface Happening {
      WatchEvent at(long nowNs);
    }

    interface OfEnd {
      Happening of(End end);
    }

    void happens(Happening happening) {
      whenRunning(() -> {
        Verdict before = watch.verdict();
        List<WatchAction> actions = watch.on(happening.at(nowUs * 1000));
        Verdict after = watch.verdict();
        if (before != after) {
          tell(host.name + ": " + after + " of " + watch.startId());
          if (after == Verdict.GONE) {
            checkGone();
          }
        }
        actions.forEach(this::act);
        long tick = ++ticks;
        watch
            .wakeAtNs()
            .ifPresent(atNs -> {
              long inUs = Math.max(0, atNs / 1000 - nowUs + 1);
              later(
                  inUs,
                  inUs + 100,
                  () -> {
                    if (tick == ticks) {
                      happens(Ticked::new);
                    }
                  });
            });
      });
    }

    private void checkGone() {
      Life other = host.other().process;
      if (other != null && watch.startId().orElseThrow() == other.startId) {
        falselyGone.add("%.3f ms by %s".formatted(nowUs / 1e3, host.name));
      }
    }

    /** The lifeline of the process that was met. */
    private void lifelineOffered() {
      lifelineOf = null;
      lifeline.offered(nowUs * 1000);
      lifelineTurns();
    }

    private void lifelineTurns() {
      if (lifeline.dials(nowUs * 1000)) {
        dialLifeline();
      }
      lifeline
          .wakeAtNs()
          .ifPresent(atNs -> {
            long inUs = Math.max(0, atNs / 1000 - nowUs + 1);
            later(inUs, inUs + 100, () -> whenRunning(this::lifelineTurns));
          });
    }

    private void dialLifeline() {
      Host there = host.other();
      long known = offeredBy;
      later(
          50,
          400,
          () ->
              whenRunning(() -> {
                Life other = there.process;
                if (offeredBy != known) {
                  return; // given up for another's
                }
                if (cut || !there.power) {
                  lifelineFails(DialFailure.TIMED_OUT);
                } else if (other == null) {
                  lifelineFails(DialFailure.REFUSED);
                } else if (other.startId != known) {
                  lifelineFails(DialFailure.MISDIRECTED);
                } else {
                  lifelineOf = other;
                  lifeline.connected(nowUs * 1000);
                }
              }));
    }

    private void lifelineFails(DialFailure why) {
      long id = offeredBy;
      if (lifeline.failed(nowUs * 1000, why)) {
        happens(now -> new Died(now, id));
      }
      lifelineTurns();
    }

    void lifelineEnds(Life held) {
      whenRunning(() -> {
        if (lifelineOf == held) {
          lifelineOf = null;
          lifeline.ended(nowUs * 1000, Ending.CLOSED);
          lifelineTurns();
        }
      });
    }

    private void act(WatchAction action) {
      switch (action) {
        case WatchAction.Dial _ -> dial();
        case WatchAction.Ping(var end) -> {
          Tcp tcp = current.get(end);
          if (tcp != null) {
            ping(tcp);
          }
        }
        case WatchAction.Drop(var end) -> {
          Tcp tcp = current.remove(end);
          if (tcp != null) {
            kernelCloses(tcp);
          }
        }
      }
    }

    private void ping(Tcp tcp) {
      across(
          host,
          () -> {
            Life other = tcp.other(this);
            other.whenRunning(() -> {
              if (!tcp.closedAt(other)) {
                other.happens(now -> new Heard(now, tcp.endOf(other), false));
                across(
                    other.host,
                    () -> {
                      if (current.get(tcp.endOf(this)) == tcp) {
                        happens(now -> new Heard(now, tcp.endOf(this), true));
                      }
                    });
              }
            });
          });
    }

    /** A frame on a connection, which is read after the hello and before the end. */
    void send(Tcp tcp, OfEnd frame) {
      Life other = tcp.other(this);
      later(
          50,
          50,
          () -> {
            boolean met = other == tcp.dialler ? tcp.diallerMet : tcp.acceptorMet;
            if (tcp.closedAt(other) || !host.power) {
              return;
            }
            if (cut || !met) {
              send(tcp, frame);
            } else if (other.current.get(tcp.endOf(other)) == tcp) {
              other.happens(frame.of(tcp.endOf(other)));
            }
          });
    }

    private void dial() {
      Host there = host.other();
      later(
          50,
          400,
          () -> {
            Life other = there.process;
            if (cut || !there.power) {
              failsAfter(900_000, DialFailure.TIMED_OUT);
            } else if (!there.listening) {
              failsAfter(100, DialFailure.REFUSED);
            } else if (other == null) {
              failsAfter(1_000, DialFailure.CUT_SHORT); // the backlog of a kernel that is not done
            } else {
              shakeHands(other);
            }
          });
    }

    private void shakeHands(Life other) {
      Tcp tcp = new Tcp(this, other);
      open.add(tcp);
      other.open.add(tcp);
      later(
          2_000_000,
          2_000_000,
          () -> {
            if (!tcp.diallerMet && !tcp.diallerClosed) {
              kernelCloses(tcp);
              happens(now -> new DialFailed(now, DialFailure.TIMED_OUT));
            }
            if (!tcp.acceptorMet && !tcp.acceptorClosed) {
              other.kernelCloses(tcp);
            }
          });
      across(
          host,
          () ->
              other.whenRunning(() -> {
                if (!tcp.acceptorClosed) {
                  tcp.acceptorMet = true;
                  other.meets(tcp, startId);
                  across(
                      other.host,
                      () ->
                          whenRunning(() -> {
                            if (!tcp.diallerClosed) {
                              tcp.diallerMet = true;
                              meets(tcp, other.startId);
                            }
                          }));
                }
              }));
    }

    private void meets(Tcp tcp, long id) {
      End end = tcp.endOf(this);
      if (watch.isFormer(id)) {
        kernelCloses(tcp);
        if (end == End.DIALLED) {
          happens(now -> new DialFailed(now, DialFailure.MISDIRECTED));
        }
        return;
      }
      Tcp earlier = current.put(end, tcp);
      if (earlier != null) {
        kernelCloses(earlier);
      }
      happens(now -> new Met(now, end, id));
      if (end == End.DIALLED && offeredBy != id) {
        offeredBy = id;
        lifelineOffered();
      }
      if (saidGoodbye) {
        send(tcp, other -> now -> new SaidGoodbye(now, other, GoodbyeReason.RESTART));
      }
    }

    private void failsAfter(long us, DialFailure why) {
      later(us, us + 100, () -> happens(now -> new DialFailed(now, why)));
    }

    /**
     * This side closes, by its process or because that has died: the other is told by its kernel.
     */
    void kernelCloses(Tcp tcp) {
      if (!tcp.closedAt(this)) {
        tcp.closeAt(this);
        open.remove(tcp);
        across(host, () -> tcp.other(this).peerCloses(tcp));
      }
    }

    /** A FIN or RST has come. */
    void peerCloses(Tcp tcp) {
      if (tcp.closedAt(this)) {
        return;
      }
      tcp.closeAt(this);
      open.remove(tcp);
      End end = tcp.endOf(this);
      whenRunning(() -> {
        if (current.get(end) == tcp) {
          current.remove(end);
          happens(now -> new Ended(now, end, Ending.CLOSED));
        } else if (tcp.dialler == this && !tcp.diallerMet) {
          happens(now -> new DialFailed(now, DialFailure.CUT_SHORT));
        }
      });
    }
  }
}
