package io.headgate.desired;

import io.headgate.model.ProxyProtocol;

/**
 * The PROXY header that a backend expects, as far as is known.
 *
 * @param sure the backend has said so since it came into use, or the operator says so; after it has
 *     been away another may stand in its place
 */
public record Spoken(ProxyProtocol header, boolean sure) {
  Spoken unsure() {
    return new Spoken(header, false);
  }
}
