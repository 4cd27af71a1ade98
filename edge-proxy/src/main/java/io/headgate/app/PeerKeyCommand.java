package io.headgate.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.headgate.cli.ExitCode;
import io.headgate.takeover.peer.PeerKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headgate peer-key}. */
@Command(
    name = "peer-key",
    description = {
      "Make a new key for the link between the edges (takeover.peer-link.key-file).",
      "Every edge needs the same file. Who has it can pass for an edge: copy it by ssh, not by mail."
    },
    footer = {
      "",
      "Exit: 0 made, 1 the file exists or cannot be written.",
      "Example: headgate peer-key --out /etc/headgate/peer.key"
    })
final class PeerKeyCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // by picocli
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "a new file, for its owner's eyes only (mode 0600); standard output without")
  private @Nullable Path out;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    if (out == null) {
      PrintWriter printed = spec.commandLine().getOut();
      printed.print(PeerKey.generate());
      printed.flush();
      return ExitCode.FINE;
    }
    try {
      write(out, PeerKey.generate());
      return ExitCode.FINE;
    } catch (FileAlreadyExistsException _) {
      err.println(out + ": exists already; it is left as it is");
    } catch (IOException e) {
      err.println("cannot write the key: " + e);
    }
    err.flush();
    return ExitCode.FAILED;
  }

  /** Never readable by anybody else, not even for a moment; nothing is left of a failure. */
  private static void write(Path file, String key) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = US_ASCII.encode(key);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }
}
