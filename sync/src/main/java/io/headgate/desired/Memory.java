package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.model.ServiceKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one decision about Services has to know of the one before.
 *
 * @param settings of every Service that a route was made of, or that asked for one
 * @param assignments what each had got
 * @param standing of the pools
 */
record Memory(
    Map<ServiceKey, ServiceSettings> settings,
    Map<ServiceKey, Assignment> assignments,
    LoadBalancing.Standing standing) {
  static final Memory NONE = new Memory(Map.of(), Map.of(), LoadBalancing.Standing.NONE);

  Memory {
    settings = Collections.unmodifiableMap(new HashMap<>(settings));
    assignments = Collections.unmodifiableMap(new HashMap<>(assignments));
  }

  Optional<ServiceSettings> settings(ServiceKey service) {
    return Optional.ofNullable(settings.get(service));
  }
}
