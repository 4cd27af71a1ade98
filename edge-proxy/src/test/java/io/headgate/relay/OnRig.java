package io.headgate.relay;

/** What every part of the contract works with. */
interface OnRig {
  Rig rig();
}
