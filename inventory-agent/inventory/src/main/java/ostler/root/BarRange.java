package ostler.root;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of {@code resource}: where a BAR sits in the machine's address space.
 *
 * @param index 0 to 5; the lines behind are the ROM and bridge windows and virtual functions' BARs
 * @param start its first address, never 0
 * @param end its last address
 * @param flags the kernel's ({@code include/linux/ioport.h}, Linux 6.1)
 */
public record BarRange(int index, long start, long end, long flags) {

  private static final int COUNT = 6;
  private static final long IORESOURCE_MEM = 0x200;
  private static final long IORESOURCE_PREFETCH = 0x2000;

  /** The BARs in use among the lines of {@code resource}: three hexadecimal numbers each. */
  public static List<BarRange> parseTable(List<String> lines) {
    List<BarRange> bars = new ArrayList<>();
    for (int index = 0; index < Math.min(COUNT, lines.size()); index++) {
      String[] numbers = lines.get(index).strip().split(" ");
      if (numbers.length == 3) {
        BarRange bar = new BarRange(index, hex(numbers[0]), hex(numbers[1]), hex(numbers[2]));
        if (bar.start() != 0) {
          bars.add(bar);
        }
      }
    }
    return List.copyOf(bars);
  }

  public long bytes() {
    return end - start + 1;
  }

  /** Whether loads and stores reach it, and not I/O ports. */
  public boolean isMemory() {
    return (flags & IORESOURCE_MEM) != 0;
  }

  /** Whether reading it has no side effects, as is so of memory and seldom of registers. */
  public boolean isPrefetchable() {
    return (flags & IORESOURCE_PREFETCH) != 0;
  }

  public boolean overlaps(long from, long to) {
    return Long.compareUnsigned(start, to) <= 0 && Long.compareUnsigned(from, end) <= 0;
  }

  private static long hex(String number) {
    return Long.parseUnsignedLong(number.replaceFirst("^0x", ""), 16);
  }
}
