package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubeconfigTest {
  private static final String SECRET = "s3cr3t-t0ken";

  @TempDir Path directory;

  @Test
  void the_current_context_is_read() throws Exception {
    Kubeconfig read = read("server: http://127.0.0.1:8001", "token: " + SECRET, "");
    assertThat(read.server()).isEqualTo("http://127.0.0.1:8001");
    assertThat(read.authorization()).isEqualTo("Bearer " + SECRET);
    assertThat(read.toString()).doesNotContain(SECRET);
  }

  @Test
  void another_context_can_be_named() throws Exception {
    assertThat(read("server: https://a", "token: x", "other").server()).isEqualTo("https://b:6443");
    assertThatThrownBy(() -> read("server: https://a", "token: x", "none"))
        .isInstanceOf(UnusableKubeconfigException.class)
        .hasMessageContaining("has no context 'none'");
  }

  @Test
  void a_tokenFile_beside_it_goes_before_the_token() throws Exception {
    Files.writeString(directory.resolve("my.token"), SECRET + "\n");
    Kubeconfig read = read("server: https://a", "{token: old, tokenFile: my.token}", "");
    assertThat(read.authorization()).isEqualTo("Bearer " + SECRET);
    assertThat(read.stamps().stamps()).containsKey(directory.resolve("my.token"));
  }

  @Test
  void files_are_looked_for_beside_the_kubeconfig() throws Exception {
    Kubeconfig read =
        read(
            "{server: 'https://a', certificate-authority: pki/ca.crt}",
            "{client-certificate: /etc/x.crt, client-key: x.key}",
            "");
    assertThat(read.config().getCaCertFile()).isEqualTo(directory.resolve("pki/ca.crt").toString());
    assertThat(read.config().getClientCertFile()).isEqualTo("/etc/x.crt");
    assertThat(read.authorization()).isEmpty();
    assertThat(read.stamps().stamps()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: https://a | exec: {command: touch, args: [%s/executed]} | exec plugin",
        "server: https://a | auth-provider: {name: gcp} | auth-provider",
        "server: https://a | {as: admin, token: s3cr3t-t0ken} | another user",
        "server: https://a | token: 's3cr3t-t0ken \\x' | characters that no token has",
        "{server: 'https://a', insecure-skip-tls-verify: true} | token: x | insecure-skip-tls",
        "{server: 'https://a', tls-server-name: b} | token: x | tls-server-name",
        "server: https://me:s3cr3t-t0ken@a | token: x | names no server",
        "server: ftp://a | token: x | names no server",
        "{} | token: x | names no server",
      })
  void what_is_unsafe_or_unknown_is_refused_by_name(String cluster, String user, String message) {
    assertThatThrownBy(() -> read(cluster, user.formatted(directory), ""))
        .isInstanceOf(UnusableKubeconfigException.class)
        .hasMessageContaining(message.strip())
        .hasMessageContaining("kubeconfig")
        .hasMessageNotContaining(SECRET);
    assertThat(directory.resolve("executed")).doesNotExist();
  }

  @Test
  void a_broken_file_is_not_quoted() throws Exception {
    Path file = directory.resolve("kubeconfig");
    for (String text : new String[] {"token: " + SECRET + "\n\t: [", "{" + SECRET, "", "[]"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Kubeconfig.read(file, ""))
          .isInstanceOf(UnusableKubeconfigException.class)
          .hasMessageContaining("kubeconfig")
          .hasMessageNotContaining(SECRET);
    }
    Files.delete(file);
    assertThatThrownBy(() -> Kubeconfig.read(file, "")).hasMessageContaining("cannot read");
  }

  private Kubeconfig read(String cluster, String user, String context) throws Exception {
    Path file = directory.resolve("kubeconfig");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: c1, cluster: %s}
        - {name: c2, cluster: {server: "https://b:6443"}}
        users:
        - {name: u1, user: %s}
        contexts:
        - {name: one, context: {cluster: c1, user: u1}}
        - {name: other, context: {cluster: c2, user: u1}}
        current-context: one
        """
            .formatted(braced(cluster), braced(user)));
    return Kubeconfig.read(file, context);
  }

  private static String braced(String yaml) {
    String text = yaml.strip();
    return text.startsWith("{") ? text : "{" + text + "}";
  }
}
