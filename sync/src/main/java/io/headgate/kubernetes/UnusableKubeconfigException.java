package io.headgate.kubernetes;

/** The operator's mistake in a kubeconfig. The message names the file and holds no credential. */
final class UnusableKubeconfigException extends Exception {
  private static final long serialVersionUID = 1L;

  UnusableKubeconfigException(String message) {
    super(message);
  }
}
