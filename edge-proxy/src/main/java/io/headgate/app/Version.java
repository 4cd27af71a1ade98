package io.headgate.app;

import java.util.Optional;

/** Which Headgate this is. */
final class Version {
  /** From the jar's manifest; a build that is run from its classes has none. */
  static final String TEXT =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
          .orElse("unpackaged");

  private Version() {}
}
