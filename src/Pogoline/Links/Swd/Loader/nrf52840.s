@ The flash controller of the nRF52840 (NVMC). A write stalls the bus, but only a word at a time is taken: READY is waited for behind each.

@ Nothing to do: kick the watchdog, which no debugger can stop once firmware has started it.
idle:   ldr     r2, watchdog
        ldr     r3, reload
        str     r3, [r2]
        b       other

flash:  ldr     r6, ready
        ldr     r7, config          @ +0 CONFIG, +4 ERASEPAGE
        lsrs    r2, r1, #1          @ carry: bit 0
        bcc     write
        movs    r2, #2
        str     r2, [r7]
        ldr     r2, [r0, #ERASE]    @ the address of the page
        str     r2, [r7, #4]
erasing:
        ldr     r2, [r6]
        cmp     r2, #0
        beq     erasing
write:  lsrs    r2, r1, #2          @ carry: bit 1
        bcc     finish
        movs    r2, #1
        str     r2, [r7]
        ldr     r2, [r0, #ADDRESS]
        ldr     r4, [r0, #DATA]
        ldr     r3, [r0, #LENGTH]
        adds    r3, r3, r4
next:   cmp     r4, r3
        beq     finish
        ldmia   r4!, {r5}
        adds    r1, r5, #1          @ a blank word is there already
        beq     skip
        str     r5, [r2]
writing:
        ldr     r5, [r6]
        cmp     r5, #0
        beq     writing
skip:   adds    r2, r2, #4
        b       next
finish: movs    r2, #0
        str     r2, [r7]
        b       done

        .align  2
ready:  .word   0x4001E400
config: .word   0x4001E504
watchdog:
        .word   0x40010600
reload: .word   0x6E524635
