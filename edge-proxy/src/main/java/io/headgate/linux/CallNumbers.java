package io.headgate.linux;

/**
 * The kernel's numbers of system calls, which differ from architecture to architecture.
 *
 * @param connect connect(2), and so on
 */
record CallNumbers(
    long connect, long accept4, long close, long recvfrom, long sendto, long splice) {
  /** arch/x86/entry/syscalls/syscall_64.tbl of Linux. */
  static final CallNumbers X86_64 = new CallNumbers(42, 288, 3, 45, 44, 275);

  /** include/uapi/asm-generic/unistd.h of Linux, which arm64 has. */
  static final CallNumbers GENERIC = new CallNumbers(203, 242, 57, 207, 206, 76);

  /**
   * @throws UnsupportedOperationException where they are not known
   */
  static CallNumbers ofThisMachine() {
    return switch (System.getProperty("os.arch", "")) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> GENERIC;
      default -> throw new UnsupportedOperationException("no numbers for this architecture");
    };
  }
}
