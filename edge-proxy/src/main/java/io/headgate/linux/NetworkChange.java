package io.headgate.linux;

/** Something about this host's interfaces or addresses has become different, whoever did it. */
public sealed interface NetworkChange {
  /** New, or something about it is, such as its lifetime. */
  record AddressAdded(InterfaceAddress address) implements NetworkChange {}

  record AddressRemoved(InterfaceAddress address) implements NetworkChange {}

  /** New, or something about it is, such as its carrier. */
  record LinkChanged(NetworkLink link) implements NetworkChange {}

  record LinkRemoved(NetworkLink link) implements NetworkChange {}

  /** More has changed than the kernel kept: everything is to be listed anew. */
  record LookAgain() implements NetworkChange {}
}
