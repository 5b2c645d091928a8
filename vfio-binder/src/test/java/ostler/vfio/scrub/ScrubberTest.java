package ostler.vfio.scrub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scrubber sees what is there, and its verifier can fail. */
class ScrubberTest {

  /** Not a multiple of the chunk that is written at a time. */
  private static final int BYTES = (3 << 20) + 8192;

  private static final Nonce NONCE = new Nonce("00112233445566778899aabbccddeeff");

  @TempDir Path folder;
  private Path memory;
  private Scrubber scrubber;

  @BeforeEach
  void aMemoryFullOfSomething() throws IOException {
    memory = folder.resolve("memory");
    byte[] something = new byte[BYTES];
    new Random(1).nextBytes(something);
    Files.write(memory, something);
    scrubber = new Scrubber(memory, BYTES, NONCE, new Random(2));
  }

  private void plant(long at, int value) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(memory.toFile(), "rw")) {
      file.seek(at);
      file.write(value);
    }
  }

  @Test
  void aFullScrubLeavesZerosInEveryByte() throws IOException {
    assertTrue(scrubber.witness().isClean());
    assertTrue(scrubber.fill(0x1234567890abcdefL).isClean());
    assertTrue(scrubber.fill(0).isClean());
    assertTrue(scrubber.canFail());
    assertEquals(new Scrubber.Reading(BYTES, OptionalLong.empty(), false), scrubber.verify());
    assertArrayEquals(new byte[BYTES], Files.readAllBytes(memory));
  }

  @Test
  void theFillReachesTheFirstAndTheLastByte() throws IOException {
    scrubber.fill(-1);
    byte[] bytes = Files.readAllBytes(memory);
    assertEquals(-1, bytes[0]);
    assertEquals(-1, bytes[BYTES - 1]);
  }

  @Test
  void theVerifierFindsOneByteAnywhere() throws IOException {
    scrubber.fill(0);
    for (long at : new long[] {0, 4095, (1 << 20) - 1, 1 << 20, BYTES - 1}) {
      plant(at, 1);
      assertEquals(OptionalLong.of(at), scrubber.verify().residue());
      plant(at, 0);
    }
    assertTrue(scrubber.verify().isClean());
  }

  @Test
  void whatWasNotClearedIsResidueAndCanariesAreKnown() {
    assertFalse(scrubber.verify().isClean());
    scrubber.fill(0);
    scrubber.witness();
    Scrubber.Reading reading = scrubber.verify();
    assertEquals(OptionalLong.of(0), reading.residue());
    assertTrue(reading.canary());
  }

  @Test
  void theControlFailsWhereSomethingElseIsFound() throws IOException {
    scrubber.fill(0);
    for (int megabyte = 0; megabyte < 4; megabyte++) {
      plant((long) megabyte << 20, 1);
    }
    assertFalse(scrubber.canFail(), "the planted byte is not the only one");
  }

  @Test
  void canariesOfOneSecretAreNotThoseOfAnother() {
    Canaries mine = new Canaries(NONCE, BYTES, new Random(3));
    Canaries others =
        new Canaries(new Nonce("ffeeddccbbaa99887766554433221100"), BYTES, new Random(3));
    assertEquals(mine.byPlace().keySet(), others.byPlace().keySet());
    assertTrue(others.byPlace().values().stream().noneMatch(mine::include));
  }

  @Test
  void aMemoryIsWholeBlocks() {
    assertThrows(
        IllegalArgumentException.class, () -> new Scrubber(memory, 4097, NONCE, new Random(2)));
  }
}
