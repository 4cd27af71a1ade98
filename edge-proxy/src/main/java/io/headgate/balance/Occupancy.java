package io.headgate.balance;

/** What is known of the candidates, by their index, at the moment of a pick. */
public interface Occupancy {
  /** Whether it may be picked: it has not been tried yet and is not full. */
  boolean open(int candidate);

  /** How many connections it has. */
  int connections(int candidate);
}
