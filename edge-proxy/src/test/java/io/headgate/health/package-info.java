@NullMarked
package io.headgate.health;

import org.jspecify.annotations.NullMarked;
