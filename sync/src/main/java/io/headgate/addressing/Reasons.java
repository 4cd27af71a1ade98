package io.headgate.addressing;

/**
 * Every reason of a remark about addresses: what an event of a Service is called. Where MetalLB has
 * a word for it, that is the word.
 */
public final class Reasons {
  /** Normal: it has an address that its status does not show yet. */
  public static final String ALLOCATED = "IPAllocated";

  /** Normal: PreferDualStack, and its pool has an address of one family only. */
  public static final String FAMILY_MISSING = "IPFamilyMissing";

  /** Warning: it has no address, or not the one that it asks for, because none can be had. */
  public static final String FAILED = "AllocationFailed";

  /** Warning: what it asks for makes no sense, so it keeps what it has, be it nothing. */
  public static final String INVALID = "InvalidAddressRequest";

  /** Warning: it has lost an address that it had. */
  public static final String CLEARED = "ClearAssignment";

  /** Warning: some of its ports belong to an older Service on the same address. */
  public static final String PORT_IN_USE = "PortInUse";

  /** {@code status.loadBalancer.ingress[].ports[].error} of such a port. */
  public static final String PORT_ERROR = "headgate.io/PortInUse";

  /** Normal: an annotation of ours counts, and one of MetalLB's says something else. */
  public static final String OVERRIDDEN = "AnnotationOverridden";

  /** Warning: another controller gives it addresses, so that we give none and write no status. */
  public static final String LEFT_ALONE = "LeftToMetalLB";

  /** Warning: its address may be of a pool that cannot be read, so that its status stays. */
  public static final String POOLS_UNREAD = "PoolsNotRead";

  private Reasons() {}
}
