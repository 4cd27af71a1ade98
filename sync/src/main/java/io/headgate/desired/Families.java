package io.headgate.desired;

import io.headgate.model.ClusterEndpoint;
import io.headgate.model.IpFamily;
import java.util.List;

/** A dual-stack Service has a slice for each family, and in both the same pods. */
final class Families {
  private Families() {}

  /**
   * Each pod once: the endpoints of the first of {@code families} that has any; where none has, all
   * of the family of the first.
   */
  static List<ClusterEndpoint> once(List<ClusterEndpoint> endpoints, List<IpFamily> families) {
    for (IpFamily family : families) {
      List<ClusterEndpoint> ofFamily = of(endpoints, family);
      if (!ofFamily.isEmpty()) {
        return ofFamily;
      }
    }
    return endpoints.isEmpty() ? endpoints : of(endpoints, family(endpoints.getFirst()));
  }

  private static List<ClusterEndpoint> of(List<ClusterEndpoint> endpoints, IpFamily wanted) {
    return endpoints.stream().filter(endpoint -> family(endpoint) == wanted).toList();
  }

  private static IpFamily family(ClusterEndpoint endpoint) {
    return endpoint.address().indexOf(':') >= 0 ? IpFamily.IPV6 : IpFamily.IPV4;
  }
}
