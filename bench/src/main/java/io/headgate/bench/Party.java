package io.headgate.bench;

/** Who takes part in a comparison; over a network each is on a host of its own. */
enum Party {
  CLIENTS,
  PROXY,
  BACKENDS
}
