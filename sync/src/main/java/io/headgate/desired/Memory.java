package io.headgate.desired;

import io.headgate.addressing.Assignment;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport.Remark;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one decision about Services has to know of the one before.
 *
 * @param settings of every Service that a route was made of, or that asked for one
 * @param assignments what each had got
 * @param told what there was to say of each that asked
 */
record Memory(
    Map<ServiceKey, ServiceSettings> settings,
    Map<ServiceKey, Assignment> assignments,
    Map<ServiceKey, List<Remark>> told) {
  static final Memory NONE = new Memory(Map.of(), Map.of(), Map.of());

  Memory {
    settings = Collections.unmodifiableMap(new HashMap<>(settings));
    assignments = Collections.unmodifiableMap(new HashMap<>(assignments));
    told = Collections.unmodifiableMap(new TreeMap<>(told));
  }

  Optional<ServiceSettings> settings(ServiceKey service) {
    return Optional.ofNullable(settings.get(service));
  }
}
