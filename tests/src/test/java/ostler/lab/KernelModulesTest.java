package ostler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelModulesTest {

  private static final String MODULES_DEP =
      """
      kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko
      kernel/drivers/virtio/virtio_ring.ko:
      kernel/drivers/vfio/pci/vfio-pci.ko: kernel/drivers/vfio/pci/vfio-pci-core.ko kernel/drivers/vfio/vfio.ko
      kernel/drivers/vfio/pci/vfio-pci-core.ko: kernel/drivers/vfio/vfio.ko
      kernel/drivers/vfio/vfio.ko:
      """;

  @Test
  void whatAModuleNeedsComesBeforeIt() {
    assertEquals(
        List.of(
            "kernel/drivers/vfio/vfio.ko",
            "kernel/drivers/vfio/pci/vfio-pci-core.ko",
            "kernel/drivers/vfio/pci/vfio-pci.ko",
            "kernel/drivers/virtio/virtio_ring.ko",
            "kernel/drivers/virtio/virtio.ko"),
        List.copyOf(new KernelModules(MODULES_DEP).inLoadOrder(List.of("vfio_pci", "virtio"))));
  }

  @Test
  void aModuleThatTheKernelLacksIsNamed() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> new KernelModules(MODULES_DEP).inLoadOrder(List.of("nvidia")));
    assertEquals("this kernel has no module nvidia", refusal.getMessage());
  }
}
