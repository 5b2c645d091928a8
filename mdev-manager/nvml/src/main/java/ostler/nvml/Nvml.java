package ostler.nvml;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import ostler.pci.PciAddress;

/**
 * NVIDIA's management library, loaded and initialised. Handles of its devices hold until it is
 * closed.
 *
 * <p>A call may hang in the driver, and a fault in the library kills the JVM, so this is only for a
 * process that one can afford to lose. Functions and structs are those of the header {@code nvml.h}
 * of CUDA 12.
 */
public final class Nvml implements AutoCloseable {

  private static final int VERSION_BYTES = 80;

  private final Binding binding;

  private Nvml(Binding binding) {
    this.binding = binding;
  }

  /**
   * Loads and initialises the library.
   *
   * @throws NvmlException LIBRARY_NOT_FOUND, DRIVER_NOT_LOADED, LIB_RM_VERSION_MISMATCH and others
   */
  public static Nvml open(NvmlLibrary library) throws NvmlException {
    Binding binding = new Binding(library.load());
    binding.call(NvmlFunction.INIT);
    return new Nvml(binding);
  }

  /** The functions that this library lacks; each answers FUNCTION_NOT_FOUND. */
  public List<String> missing() {
    return Arrays.stream(NvmlFunction.values())
        .filter(function -> !binding.has(function))
        .map(NvmlFunction::toString)
        .toList();
  }

  /**
   * The loaded driver's version, for example {@code 550.54.15}.
   *
   * @throws NvmlException if NVML does not say
   */
  public String driverVersion() throws NvmlException {
    return binding.text(NvmlFunction.DRIVER_VERSION, VERSION_BYTES);
  }

  /**
   * How many devices NVML sees: 0 or more. That it cannot count them never means that there are
   * none.
   *
   * @throws NvmlException if NVML does not say
   */
  public long count() throws NvmlException {
    return binding.number(NvmlFunction.COUNT);
  }

  /**
   * Finds the device at an address. Indices are of no use for it: their order changes with a boot.
   *
   * @throws NvmlException NOT_FOUND if NVML sees none there, GPU_IS_LOST and others
   */
  public Gpu gpu(PciAddress address) throws NvmlException {
    PointerByReference handle = new PointerByReference();
    binding.call(NvmlFunction.HANDLE, busId(address), handle);
    Pointer device = handle.getValue();
    if (device == null) {
      throw new NvmlException(NvmlFunction.HANDLE, NvmlError.OTHER, "there is no handle");
    }
    Gpu gpu = new Gpu(binding, address, device);
    gpu.requireIsAt(address);
    return gpu;
  }

  /** A domain of 8 digits; NVML takes every function of a card for function 0. */
  private static String busId(PciAddress address) {
    return "%08X:%02X:%02X.0"
        .formatted(address.domain(), address.bus(), address.device())
        .toUpperCase(Locale.ROOT);
  }

  @Override
  public void close() throws NvmlException {
    binding.call(NvmlFunction.SHUTDOWN);
  }
}
