package ostler.inventory;

import java.util.Objects;

/**
 * What is wrong with one reading of a host, for an operator. It costs the device it is about, never
 * the whole report.
 *
 * @param attribute the file or field that it is about, for example {@code numa_node}
 * @param sentence what, which, and what to do next
 */
public record Problem(Code code, String attribute, String sentence) {

  /** What kind of trouble; the names are stable and scripts may rely on them. */
  public enum Code {
    /** A file that every such device has is not there. */
    ATTRIBUTE_MISSING,
    /** The file is there, and this user may not read it. */
    ATTRIBUTE_DENIED,
    /** The file was read, and what it says cannot be true. */
    ATTRIBUTE_GARBLED,
    /** The kernel answered with an error of its own, named in the sentence. */
    ATTRIBUTE_UNREADABLE,
    /** The read did not come back within its deadline. */
    ATTRIBUTE_TIMED_OUT,
    /** The device was taken away while it was being read. */
    DEVICE_VANISHED,
    /** The device answers every read with ones: it has fallen off the bus. */
    DEVICE_DEAD,
    /** More of something than this program is willing to read. */
    TOO_MANY,
    /** NVML, or the driver behind it, is not installed: the device's health is unknown. */
    NVML_MISSING,
    /** NVML and the loaded driver are of different versions: the device's health is unknown. */
    NVML_VERSION_MISMATCH,
    /** NVML did not come back within its deadline: the device's health is unknown. */
    NVML_HANGS,
    /** NVML crashed the process that asked it: the device's health is unknown. */
    NVML_CRASHED,
    /** NVML did not answer a question that the device should have an answer to. */
    NVML_FAILED,
    /** NVIDIA's driver has lost the device: it has fallen off the bus. */
    GPU_IS_LOST,
    /** NVML tells that the device needs a reset, or that its memory fails. */
    GPU_UNWELL
  }

  public Problem {
    Objects.requireNonNull(code);
    Objects.requireNonNull(attribute);
    Objects.requireNonNull(sentence);
  }
}
