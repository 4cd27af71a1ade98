/**
 * The {@code headgate} command: asks a running edge over its admin socket and prints what it says.
 *
 * <p>Runs in a short-lived process of its own, on its main thread.
 */
@NullMarked
package io.headgate.cli;

import org.jspecify.annotations.NullMarked;
