/** Tests of the election and of the packets, and the network they are simulated on. */
@NullMarked
package io.headgate.vrrp;

import org.jspecify.annotations.NullMarked;
