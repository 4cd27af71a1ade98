package io.headgate.bench;

/**
 * What a load generator got through a proxy.
 *
 * @param units in the workload's unit
 * @param errors anything that a user would call a failure
 * @param firstError one of them in words, empty where there is none
 */
record Load(double units, long errors, String firstError) {}
