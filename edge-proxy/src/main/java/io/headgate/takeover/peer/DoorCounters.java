package io.headgate.takeover.peer;

/**
 * What has come to the listener since the link started.
 *
 * @param accepted connections
 * @param otherKey refused: not our certificate, or no TLS 1.3 with one
 * @param unfinished closed or given up before their hello
 * @param malformed closed for bytes that are no frames, or too many in one
 * @param crowded closed at once: too many had not said hello yet
 * @param strangers said hello with our key and are none of the peers
 */
public record DoorCounters(
    long accepted, long otherKey, long unfinished, long malformed, long crowded, long strangers) {}
