/**
 * Reading {@code headgate.conf} (HOCON) into typed records: every problem of a file at once, each
 * with file and line, what is wrong and what is allowed.
 *
 * <p>Called at start, by {@code headgate check} and at every reload; pure but for reading the file,
 * on any thread. The only home of typesafe-config.
 */
@NullMarked
package io.headgate.config;

import org.jspecify.annotations.NullMarked;
