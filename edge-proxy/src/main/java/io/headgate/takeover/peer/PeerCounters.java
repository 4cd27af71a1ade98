package io.headgate.takeover.peer;

/**
 * What has been counted of one peer since the link started.
 *
 * @param dials begun
 * @param refusedDials nobody listened
 * @param otherKeys dials answered with another key
 * @param met hellos, on either connection
 * @param sent messages handed to a connection
 * @param unsent messages for which there was no connection, or one that does not drain
 * @param received messages
 * @param gone times that the process was found gone
 */
public record PeerCounters(
    long dials,
    long refusedDials,
    long otherKeys,
    long met,
    long sent,
    long unsent,
    long received,
    long gone) {
  static final PeerCounters ZERO = new PeerCounters(0, 0, 0, 0, 0, 0, 0, 0);
}
