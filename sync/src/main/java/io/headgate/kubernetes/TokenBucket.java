package io.headgate.kubernetes;

/**
 * How often something may be done: {@code perSecond}, after a pause {@code burst} times at once.
 *
 * @param tokens left at {@code atNs}
 */
record TokenBucket(double perSecond, double burst, double tokens, long atNs) {
  static TokenBucket full(double perSecond, double burst, long nowNs) {
    return new TokenBucket(perSecond, burst, burst, nowNs);
  }

  boolean has(long nowNs) {
    return at(nowNs).tokens >= 1;
  }

  /** With one token less; only where it {@link #has} one. */
  TokenBucket take(long nowNs) {
    TokenBucket now = at(nowNs);
    return new TokenBucket(perSecond, burst, now.tokens - 1, nowNs);
  }

  private TokenBucket at(long nowNs) {
    double grown = tokens + (nowNs - atNs) / 1e9 * perSecond;
    return new TokenBucket(perSecond, burst, Math.min(burst, grown), nowNs);
  }
}
