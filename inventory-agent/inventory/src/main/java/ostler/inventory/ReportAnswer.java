package ostler.inventory;

import java.util.List;

/**
 * What an allocator answers to a report.
 *
 * @param revision of the desired state now
 * @param needInventory whether the next report must carry the inventory
 * @param warnings what in the report could not be used
 * @param intervalSeconds when to report again if nothing happens, 1 to 3600
 */
public record ReportAnswer(
    long revision,
    boolean needInventory,
    List<WipeId> wipesAccepted,
    List<WipeRefusal> wipesRefused,
    List<Warning> warnings,
    int intervalSeconds) {

  /** The longest interval that may be asked for. */
  public static final int MAX_INTERVAL_SECONDS = 3600;

  /** Why a record does not count; the unit stays dirty. */
  public record WipeRefusal(WipeId wipe, String code, String message) {}

  /** What is wrong with one part of the report, as a field and the rule that it breaks. */
  public record Warning(String path, String rule) {}

  public ReportAnswer {
    wipesAccepted = List.copyOf(wipesAccepted);
    wipesRefused = List.copyOf(wipesRefused);
    warnings = List.copyOf(warnings);
    if (revision < 0 || intervalSeconds < 1 || intervalSeconds > MAX_INTERVAL_SECONDS) {
      throw new IllegalArgumentException(
          "a revision is 0 or more and an interval 1 to "
              + MAX_INTERVAL_SECONDS
              + " seconds, not "
              + revision
              + " and "
              + intervalSeconds);
    }
  }
}
