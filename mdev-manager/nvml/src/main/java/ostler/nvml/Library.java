package ostler.nvml;

import java.util.Optional;

/** A library that is loaded: NVIDIA's, or a peer that tests speak to. */
@FunctionalInterface
interface Library {

  /** One of its functions; an older library lacks some. */
  Optional<Call> find(NvmlFunction function);

  /** A function. */
  @FunctionalInterface
  interface Call {

    /** Calls it with the arguments of the header; answers NVML's own number. */
    int with(Object... arguments);
  }
}
