/**
 * The process: wiring, the order of start and stop, signals, exit codes; and the demo. The only
 * place that knows every other.
 */
@NullMarked
package io.headgate.app;

import org.jspecify.annotations.NullMarked;
