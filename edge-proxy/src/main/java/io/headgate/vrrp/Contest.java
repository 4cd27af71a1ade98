package io.headgate.vrrp;

import java.net.InetAddress;

/** An equal that keeps advertising by the second family while we do; see {@link Tie}. */
public record Contest(InetAddress rival, long sinceNs, long heardAtNs) {}
