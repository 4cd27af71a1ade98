/**
 * Gives addresses of pools to Services. Pure: called by {@code desired} on the control thread, with
 * what is configured, asked for and given already. What is remembered here saves time, and nothing
 * else.
 */
@NullMarked
package io.headgate.addressing;

import org.jspecify.annotations.NullMarked;
