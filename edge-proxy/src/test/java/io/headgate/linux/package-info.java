@NullMarked
package io.headgate.linux;

import org.jspecify.annotations.NullMarked;
