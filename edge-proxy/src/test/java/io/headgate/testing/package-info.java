/**
 * What tests of every package share: waiting for a condition, hosts made of network namespaces,
 * Debian's programs as counterparts.
 */
@NullMarked
package io.headgate.testing;

import org.jspecify.annotations.NullMarked;
