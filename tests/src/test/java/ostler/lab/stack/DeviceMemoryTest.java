package ostler.lab.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceMemoryTest {

  private static final int CHUNK = 1 << 20;
  private static final int SIZE = 3 * CHUNK;

  @TempDir Path folder;
  private DeviceMemory memory;

  @BeforeEach
  void anEmptyMemory() throws Exception {
    Path file = folder.resolve("memory");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(SIZE);
    }
    memory = new DeviceMemory(file);
  }

  @Test
  void whatWasPlantedIsFoundWhereverItStands() throws Exception {
    byte[] pattern = {1, 2, 3, 4, 5, 6, 7, 8};
    for (long place : new long[] {0, CHUNK - 8, 2 * CHUNK - 3, SIZE - 8}) {
      memory.plant(place, pattern);
    }
    assertEquals(4, memory.count(pattern));
    assertEquals(32, memory.nonZeroBytes());
  }

  @Test
  void aPatternIsCountedAsOftenAsItStandsThere() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] content = new byte[SIZE];
    for (int at = 0; at < SIZE; at++) {
      content[at] = (byte) random.nextInt(3);
    }
    memory.plant(0, content);
    byte[] pattern = {1, 2, 1};
    int expected = 0;
    for (int at = 0; at + 3 <= SIZE; at++) {
      expected += content[at] == 1 && content[at + 1] == 2 && content[at + 2] == 1 ? 1 : 0;
    }
    assertEquals(expected, memory.count(pattern), "seed " + seed);
  }

  @Test
  void aCopyHoldsTheSameBytesAndTheSameSize() throws Exception {
    memory.plant(CHUNK + 17, new byte[] {9, 8, 7});
    Path copy = folder.resolve("copy");
    memory.copyTo(copy);
    assertArrayEquals(Files.readAllBytes(memory.file()), Files.readAllBytes(copy));
  }
}
