/**
 * Gives addresses of pools to Services. Pure: called by {@code desired} on the control thread, with
 * what is configured, asked for and given already, and nothing is remembered here.
 */
@NullMarked
package io.headgate.addressing;

import org.jspecify.annotations.NullMarked;
