package io.headgate.relay;

/** When the fast relay lets the kernel move bytes from socket to socket, through a pipe. */
enum Splicing {
  /** While much comes at once, as long as there are pipes. */
  ADAPTIVE,
  /** Never: through a buffer of this process. */
  NEVER,
  /** Wherever there is a pipe, however little comes. */
  ALWAYS
}
