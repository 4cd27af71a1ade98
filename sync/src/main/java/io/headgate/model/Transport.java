package io.headgate.model;

/** What moves the bytes. */
public enum Transport {
  /** The best that this host has. */
  AUTO,
  EPOLL,
  IO_URING,
  NIO
}
