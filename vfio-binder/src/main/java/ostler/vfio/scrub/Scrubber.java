package ostler.vfio.scrub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Clears one memory and proves it. The order is the caller's to keep: witness, fill with a pattern
 * and its opposite, clear, check that the verifier can fail, verify. Each method comes back when
 * the device has taken what was written, as far as reading it back can tell.
 */
public final class Scrubber {

  /** How much is written or read at a time. */
  private static final int CHUNK_BYTES = 1 << 20;

  private static final int SAMPLES = 64;

  private final BarMemory memory;
  private final Canaries canaries;
  private final RandomGenerator random;

  /**
   * Maps the memory.
   *
   * @param bytes a multiple of 4096, and at least that
   * @throws IOException if the kernel does not let it be mapped
   */
  public Scrubber(Path bar, long bytes, Nonce nonce, RandomGenerator random) throws IOException {
    if (bytes < Canaries.BLOCK_BYTES || bytes % Canaries.BLOCK_BYTES != 0) {
      throw new IllegalArgumentException("a memory is whole blocks of 4096 bytes, not " + bytes);
    }
    this.memory = new BarMemory(bar, bytes);
    this.canaries = new Canaries(nonce, bytes, random);
    this.random = random;
  }

  /**
   * What reading back showed.
   *
   * @param bytes how many were read
   * @param residue the place of the first byte that was not as it should be; empty where all were
   * @param canary whether a canary was met where there should be none
   */
  public record Reading(long bytes, OptionalLong residue, boolean canary) {
    /** Whether all was as it should be. */
    public boolean isClean() {
      return residue.isEmpty();
    }
  }

  /** Writes canaries and reads them back: whoever does both can see this memory. */
  public Reading witness() {
    canaries.byPlace().forEach(memory::put);
    long read = 0;
    for (Map.Entry<Long, byte[]> canary : canaries.byPlace().entrySet()) {
      byte[] found = new byte[canary.getValue().length];
      memory.get(canary.getKey(), found);
      read += found.length;
      int wrong = Arrays.mismatch(found, canary.getValue());
      if (wrong >= 0) {
        return new Reading(read, OptionalLong.of(canary.getKey() + wrong), false);
      }
    }
    return new Reading(read, OptionalLong.empty(), false);
  }

  /** Overwrites all of it with a pattern of 64 bits, and reads some of it back. */
  public Reading fill(long pattern) {
    byte[] chunk = repeated(pattern, (int) Math.min(CHUNK_BYTES, memory.bytes()));
    for (long at = 0; at < memory.bytes(); at += CHUNK_BYTES) {
      int length = chunkAt(at);
      memory.put(at, length == chunk.length ? chunk : Arrays.copyOf(chunk, length));
    }
    return sample(pattern);
  }

  /** Reads all of it and looks for anything but zeros. */
  public Reading verify() {
    return verify(0, memory.bytes());
  }

  /**
   * Puts one byte where there should be none, has the same verifier look at the memory around it,
   * and takes it away again.
   *
   * @return whether the verifier found exactly that byte, and nothing when it was gone
   */
  public boolean canFail() {
    long at = random.nextLong(memory.bytes());
    long from = at - at % CHUNK_BYTES;
    memory.put(at, new byte[] {(byte) (1 + random.nextInt(255))});
    Reading spoiled = verify(from, from + chunkAt(from));
    memory.put(at, new byte[1]);
    Reading cleaned = verify(from, from + chunkAt(from));
    return spoiled.residue().equals(OptionalLong.of(at)) && cleaned.isClean();
  }

  private Reading verify(long from, long to) {
    byte[] zeros = new byte[(int) Math.min(CHUNK_BYTES, memory.bytes())];
    byte[] found = new byte[zeros.length];
    for (long at = from; at < to; at += CHUNK_BYTES) {
      byte[] chunk = chunkAt(at) == found.length ? found : new byte[chunkAt(at)];
      memory.get(at, chunk);
      int wrong = Arrays.mismatch(chunk, 0, chunk.length, zeros, 0, chunk.length);
      if (wrong >= 0) {
        return new Reading(at - from, OptionalLong.of(at + wrong), isCanary(at + wrong));
      }
    }
    return new Reading(to - from, OptionalLong.empty(), false);
  }

  private boolean isCanary(long at) {
    byte[] block = new byte[Canaries.BLOCK_BYTES];
    memory.get(at - at % Canaries.BLOCK_BYTES, block);
    return canaries.include(block);
  }

  private Reading sample(long pattern) {
    byte[] expected = repeated(pattern, Canaries.BLOCK_BYTES);
    byte[] found = new byte[Canaries.BLOCK_BYTES];
    long blocks = memory.bytes() / Canaries.BLOCK_BYTES;
    for (int i = 0; i < SAMPLES; i++) {
      long at = random.nextLong(blocks) * Canaries.BLOCK_BYTES;
      memory.get(at, found);
      int wrong = Arrays.mismatch(found, expected);
      if (wrong >= 0) {
        long read = (long) i * Canaries.BLOCK_BYTES;
        return new Reading(read, OptionalLong.of(at + wrong), canaries.include(found));
      }
    }
    return new Reading((long) SAMPLES * Canaries.BLOCK_BYTES, OptionalLong.empty(), false);
  }

  private int chunkAt(long at) {
    return (int) Math.min(CHUNK_BYTES, memory.bytes() - at);
  }

  private static byte[] repeated(long pattern, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining()) {
      buffer.putLong(pattern);
    }
    return buffer.array();
  }
}
