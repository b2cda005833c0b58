namespace Pogoline.Lab.Dfu;

/// <summary>A memory as the Gen 2 bootloader sees it.</summary>
interface IGen2Memory : IDfuMemory
{
    /// <summary>Whether an operation may start at the address; nothing looks at where it ends.</summary>
    bool Contains(uint address);

    /// <summary>bwPollTimeout in milliseconds.</summary>
    int PollTimeout(bool erases);
}
