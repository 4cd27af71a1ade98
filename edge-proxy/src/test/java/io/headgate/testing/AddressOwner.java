package io.headgate.testing;

/** Who owns the addresses of a {@link VirtualRouter}, or waits for them, on a host of a Lan. */
public interface AddressOwner extends AutoCloseable {
  /** Whether its host has every address, and it means to. */
  boolean owns();

  /** Whether it takes part and its host has none of the addresses. */
  boolean waits();

  Lan.Host host();

  /** The process that decides. */
  Program program();

  @Override
  void close();
}
