package ostler.nvml;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of a shared library. Each is looked for once, at the beginning, so that an older
 * library costs what it lacks and nothing else.
 */
final class SharedLibrary implements Library {

  private final Map<NvmlFunction, Function> functions = new EnumMap<>(NvmlFunction.class);

  /** Loads a library as dlopen(3) finds it. */
  SharedLibrary(String name) throws NvmlException {
    NativeLibrary loaded = load(name);
    for (NvmlFunction function : NvmlFunction.values()) {
      find(loaded, function).ifPresent(found -> functions.put(function, found));
    }
  }

  private static NativeLibrary load(String name) throws NvmlException {
    try {
      return NativeLibrary.getInstance(name);
    } catch (UnsatisfiedLinkError e) {
      throw new NvmlException(
          NvmlFunction.INIT, NvmlError.LIBRARY_NOT_FOUND, name + " cannot be loaded");
    }
  }

  private static Optional<Function> find(NativeLibrary loaded, NvmlFunction function) {
    try {
      return Optional.of(loaded.getFunction(function.toString()));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Call> find(NvmlFunction function) {
    return Optional.ofNullable(functions.get(function)).map(found -> found::invokeInt);
  }
}
