package io.headgate.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class BulkStreamTest {
  private static final int KIB = 1024;

  private final BulkStream stream = new BulkStream();

  private void burst(int... reads) {
    for (int bytes : reads) {
      stream.read(bytes, bytes >= 64 * KIB);
    }
    stream.drained();
  }

  @Test
  void small_messages_are_no_bulk_however_many() {
    for (int i = 0; i < 10_000; i++) {
      burst(KIB);
    }
    assertThat(stream.bulk()).isFalse();
    assertThat(stream.patient()).isFalse();
  }

  @Test
  void a_full_read_begins_a_bulk_and_a_small_burst_ends_it() {
    burst(64 * KIB, 300);
    assertThat(stream.bulk()).as("the burst was not small").isTrue();
    burst(300);
    assertThat(stream.bulk()).isFalse();
  }

  @Test
  void a_download_becomes_patient_after_a_mib() {
    for (int i = 0; i < 15; i++) {
      burst(64 * KIB);
    }
    assertThat(stream.patient()).isFalse();
    burst(64 * KIB);
    assertThat(stream.patient()).isTrue();
  }

  /** Objects on a kept connection: each is asked for, so none may wait for the next. */
  @Test
  void an_exchange_is_never_patient() {
    for (int i = 0; i < 1_000; i++) {
      stream.otherSpoke();
      burst(200 * KIB);
      assertThat(stream.patient()).isFalse();
    }
  }

  @Test
  void a_word_from_the_other_side_ends_patience() {
    burst(2048 * KIB);
    assertThat(stream.patient()).isTrue();
    stream.otherSpoke();
    assertThat(stream.patient()).isFalse();
  }

  @Test
  void looks_that_find_little_end_patience_and_much_renews_it() {
    burst(2048 * KIB);
    for (int i = 0; i < 3; i++) {
      stream.looked();
    }
    stream.read(100 * KIB, true);
    for (int i = 0; i < 3; i++) {
      stream.looked();
    }
    assertThat(stream.patient()).isTrue();
    stream.looked();
    assertThat(stream.patient()).isFalse();
  }

  @Test
  void it_rests_when_nothing_was_read_since_the_last_look() {
    stream.read(1, false);
    assertThat(stream.resting()).isFalse();
    assertThat(stream.resting()).isTrue();
  }
}
