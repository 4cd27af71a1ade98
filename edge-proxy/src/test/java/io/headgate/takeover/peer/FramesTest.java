package io.headgate.takeover.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.takeover.peer.Frame.Carried;
import io.headgate.takeover.peer.Frame.Goodbye;
import io.headgate.takeover.peer.Frame.Hello;
import io.headgate.takeover.peer.Frame.Ping;
import io.headgate.takeover.peer.Frame.Pong;
import io.headgate.takeover.peer.PeerMessage.Affinity;
import io.headgate.takeover.peer.PeerMessage.Announced;
import io.headgate.takeover.peer.PeerMessage.Draining;
import io.headgate.takeover.peer.PeerMessage.Orders;
import io.headgate.takeover.peer.PeerMessage.SecondChances;
import io.headgate.takeover.peer.PeerMessage.Standing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FramesTest {
  static Stream<Frame> frames() {
    return Stream.of(
        new Hello("edge-ä", 1, Long.MIN_VALUE, 65_535, 65_534),
        new Goodbye(GoodbyeReason.UPGRADE),
        new Ping(-1),
        new Pong(7),
        new Carried(new Orders(new Payload(new byte[0]))),
        new Carried(new Affinity(new Payload(new byte[Payload.MAXIMUM_BYTES]))),
        new Carried(new Announced(Set.of())),
        new Carried(new Announced(addresses(Announced.MOST))),
        new Carried(new Draining(Map.of("node-1", 0, "node-2", Integer.MAX_VALUE))),
        new Carried(
            new Draining(
                IntStream.range(0, Draining.MOST)
                    .boxed()
                    .collect(Collectors.toMap("%0255d"::formatted, count -> count)))),
        new Carried(new Standing(Map.of(), Set.of())),
        new Carried(new SecondChances(Map.of(), Set.of())),
        new Carried(new SecondChances(Map.of("front", 70_000, "ü", 0), Set.of("back"))),
        new Carried(
            new Standing(
                Map.of("front", 250, "ü".repeat(127), 0, "back", 255),
                Set.of(
                    InetAddress.ofLiteral("192.0.2.11"),
                    InetAddress.ofLiteral("fe80::ff:fe00:2")))),
        new Carried(
            new Standing(
                IntStream.range(0, Standing.MOST)
                    .boxed()
                    .collect(Collectors.toMap("%0255d"::formatted, _ -> 1)),
                addresses(Standing.MOST))));
  }

  private static Set<InetAddress> addresses(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(i)))
        .collect(Collectors.toSet());
  }

  @Test
  void of_more_than_fits_into_a_frame_the_first_are_told() {
    assertThat(new Announced(addresses(Announced.MOST + 1)).addresses())
        .hasSize(Announced.MOST)
        .contains(InetAddress.ofLiteral("2001:db8::"));
    Map<String, Integer> nodes =
        IntStream.rangeClosed(0, Draining.MOST)
            .boxed()
            .collect(Collectors.toMap("n%05d"::formatted, count -> count));
    assertThat(new Draining(nodes).connections())
        .hasSize(Draining.MOST)
        .doesNotContainKey("n03000");
  }

  @ParameterizedTest
  @MethodSource("frames")
  void a_frame_comes_back_as_it_was_within_the_bound(Frame frame) {
    ByteBuf bytes = Frames.encode(frame);
    assertThat(bytes.readInt()).isEqualTo(bytes.readableBytes()).isLessThan(Frames.MAXIMUM_BYTES);
    assertThat(Frames.decode(bytes)).contains(frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void a_newer_peer_may_say_more(Frame frame) {
    if (frame instanceof Carried(Orders _) || frame instanceof Carried(Affinity _)) {
      return; // whose content has no end but the frame's
    }
    ByteBuf bytes = Frames.encode(frame).skipBytes(4).writeBytes(new byte[] {1, 2, 3});
    assertThat(Frames.decode(bytes)).contains(frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void a_frame_that_ends_too_early_is_none(Frame frame) {
    if (frame instanceof Carried(Orders _) || frame instanceof Carried(Affinity _)) {
      return;
    }
    ByteBuf bytes = Frames.encode(frame).skipBytes(4);
    ByteBuf shorter = bytes.readSlice(bytes.readableBytes() - 1);
    assertThatThrownBy(() -> Frames.decode(shorter)).isInstanceOf(CorruptedFrameException.class);
  }

  @Test
  void an_unknown_kind_is_skipped() {
    assertThat(Frames.decode(Unpooled.wrappedBuffer(new byte[] {99, 1, 2}))).isEmpty();
  }

  @Test
  void an_older_edge_says_nothing_of_a_lifeline() {
    ByteBuf bytes = Frames.encode(new Hello("a", 1, 2, 3, 4));
    ByteBuf older = bytes.slice(Integer.BYTES, bytes.readableBytes() - Integer.BYTES - 2);
    assertThat(Frames.decode(older)).contains(new Hello("a", 1, 2, 3, 0));
  }

  @Test
  void a_hello_on_the_wire() {
    ByteBuf bytes = Frames.encode(new Hello("a", 1, 2, 3, 4));
    assertThat(ByteBufUtil.hexDump(bytes))
        .isEqualTo(
            "00000014" + "01" + "48474c4b" + "01" + "0000000000000002" + "0003" + "0161" + "0004");
  }

  @Test
  void garbage_is_a_frame_or_refused_and_nothing_else() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 0) {
        bytes[0] = (byte) random.nextInt(22);
      }
      try {
        assertThat(Frames.decode(Unpooled.wrappedBuffer(bytes))).isNotNull();
      } catch (CorruptedFrameException _) {
        // refused
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void names_fit_a_frame_and_a_line() {
    for (String bad : new String[] {"", "x".repeat(256), "two\nlines"}) {
      assertThatThrownBy(() -> Frames.checkName(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
