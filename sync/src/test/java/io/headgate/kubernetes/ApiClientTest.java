package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.ConnectException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What an operator reads of a request that got no answer. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ApiClientTest {
  @Test
  void a_server_that_ends_in_the_middle_is_told_in_words() {
    assertThat(ApiClient.failure(new EOFException()).text())
        .isEqualTo("the server has closed the connection");
    assertThat(ApiClient.failure(new ConnectException("Connection refused")).text())
        .isEqualTo("ConnectException: Connection refused");
  }
}
