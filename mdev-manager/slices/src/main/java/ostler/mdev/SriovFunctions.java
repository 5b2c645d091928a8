package ostler.mdev;

import java.nio.file.Files;
import java.util.List;
import ostler.inventory.MdevType;
import ostler.pci.PciAddress;
import ostler.root.Attribute;
import ostler.root.Layout;

/**
 * Virtual functions as the hardware has them. They come and go all together, by {@link
 * PhysicalFunction}; to make one a slice is to write down whose it is.
 */
final class SriovFunctions implements Backend {

  private final Layout layout;

  SriovFunctions(Layout layout) {
    this.layout = layout;
  }

  @Override
  public boolean isAt(PciAddress place) {
    return Files.exists(layout.attribute(place, Attribute.PHYSFN));
  }

  @Override
  public List<MdevType> types(PciAddress place) {
    return List.of();
  }

  @Override
  public List<Present> present(PciAddress place) {
    return List.of();
  }

  @Override
  public Sight look(Slice slice, PciAddress parent) {
    return isAt(slice.wish().place(parent)) ? Sight.THERE : Sight.ABSENT;
  }

  @Override
  public void create(Slice slice, PciAddress parent) {
    // The function is there already, which the caller looks at before and after.
  }

  @Override
  public void remove(Slice slice, PciAddress parent) {
    // It goes with all the others, when their number is set.
  }
}
