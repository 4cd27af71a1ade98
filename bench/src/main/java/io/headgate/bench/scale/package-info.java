/**
 * What a large cluster costs ({@link io.headgate.bench.scale.Scale}, started by {@code
 * bench/scale}): a Kubernetes API in this process with thousands of objects, and of the edge what
 * lies between the API and the listeners. One thread changes objects and waits for what follows.
 */
@NullMarked
package io.headgate.bench.scale;

import org.jspecify.annotations.NullMarked;
