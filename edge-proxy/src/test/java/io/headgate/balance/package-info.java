/** Tests of the balancers, as functions of loads and random numbers. */
@NullMarked
package io.headgate.balance;

import org.jspecify.annotations.NullMarked;
