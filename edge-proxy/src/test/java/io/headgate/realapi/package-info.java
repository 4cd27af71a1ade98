/**
 * A real etcd and kube-apiserver on loopback for the integration tests of the profile {@code
 * real-api}: which programs ({@link io.headgate.realapi.Programs}), their life ({@link
 * io.headgate.realapi.ControlPlane}), and an administrator's requests ({@link
 * io.headgate.realapi.Administrator}).
 */
@NullMarked
package io.headgate.realapi;

import org.jspecify.annotations.NullMarked;
