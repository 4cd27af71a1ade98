package io.headgate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebserverTest {
  @Test
  void the_connection_that_asks_is_not_counted() throws IOException {
    assertThat(
            Webserver.activeOf(
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nActive connections: 201 \nserver accepts"))
        .isEqualTo(200);
  }

  @Test
  void another_answer_is_shown() {
    assertThatThrownBy(() -> Webserver.activeOf("HTTP/1.1 404 Not Found\r\n\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("404");
  }
}
