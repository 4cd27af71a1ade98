/**
 * Which backend the next connection gets.
 *
 * <p>Called by the relay on its event loops, once per attempt to connect; pure but for the random
 * source and the turn of round robin.
 */
@NullMarked
package io.headgate.balance;

import org.jspecify.annotations.NullMarked;
